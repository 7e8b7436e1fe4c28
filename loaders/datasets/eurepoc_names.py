"""Names of incidents in EuRepoC that were read by hand and are names: they tell neither who did it nor of a person.

Many others are sentences, or set one side against another; operations under those are called by targets and time.
"""

from __future__ import annotations

_READ = (
    '"Bundeshack" | "Operation Honeybee" | "Operation Parliament" | "Operation PZChao" | "The Big Hack" | "Zebrocy" '
    "| 2chan Hack | Accidental Syrian Internet Blackout | Adobe Zero Day Hack Qatar | Al-Jazeera fake advertising | "
    "Amnesty Hongkong Hack | Anthem Hack | Anti-Lithuanian Defacement 2008 | Anti-NK DDOS | APT attack on Tibet | "
    "Army National Guard Breach | Athens Affair | Attack against Endusers in ISR-EGY Cyberwar | Attack against "
    "Moodys | Attack on Al-Jazeera Media Network | Attack on Al-Qaida Comm-Systems | Attack on Dutch Government | "
    "Attack on Equifax | Attack on Indian Navy | Attack on Irans Statistical Centre | Attack on Russian Central "
    "Election Commission | Attack on the Syrian MFA | Attack on two US municipalities | Attack on Ukrainian Voting "
    "System | Attack on US DHS | Attor Spyplatform | Background Investigations Firm Hack | Baltimore hack | "
    "Belgacom-Hack | Belgium State Department Hack 2008 | Bellingcat-Hack 2016 | BIS Hack | Bithumb Hack | "
    "Blockbuster Sequel | Bolivia Army Mail Servers Breach | Border crossings database hack - 2021 | "
    "BoycottThailand | Bradley-Foundation Hack | Breach of US contractor | Bridging the AirGap with USBFerry | "
    "British National Crime Agency Website Hack 2015 | British Television Station Hack | Bulgaria presidential "
    "election and referendum hack | Burisma Hack | California hospital hack | Capture the Backdoor | Cellebrite "
    "Hack | Chemical Hack | Chilean Redbanc | Colonial Pipeline Hack | ColunmTK (Supply Chain) | Community Health "
    "Systems Breach | Cosmos Bank Hack | CSU DDoS | CWA-FBI-Hack | Cyber attack against Angolan ministry | Cyber "
    "attack on Iran rail network | Cyberattack on the Pentagon | Daewoo Shipbuilding Hack | Dark Seoul 2011 | Dark "
    "Seoul 2013 II | Dark Seoul 2013I | Darkpulsar | DazzleSpy | DDOS against Egypt | DDOS against Kyrgyz Internet "
    "| DDOS against north-irish pages | DDOS against phillipine pages | DDOS attack on austrian central bank | DDoS "
    "European Commission | DDOS on RFE - 2008 | DDoS Ukrposhta | DDoS-Attack on Tennessee county's website | "
    'DDoS-attack on"Davos in theDesert" | DDOS-Attacks on Ukrainian Electoral commission | DeadRinger | DeathNote '
    "cluster | Defacement of Indian Websites | Defacement of the 45 Committe website | Defacement of Transport "
    "Authority | Defacement of Vietnamese Airports | Denmark Cartoon Hack | DHS breach 2007 | DoD Systems Outage | "
    "DOE breach | DOS Asia Department Hack | DPR pension fund | Duqu | Duqu 2.0 | EPSAwakens | Exim Mail Transfer "
    "Agent - May 2020 | FAA-Hack 2009 | Fake Interview | Fake NATO Defacement | Falling Dominos | FastCash | Fourth "
    "of July Incident | Fractured Statue | French embassy in Beijing Hack | French government visa website "
    "cyberattack | French Ministry of Finance Hack | FriarFox | Gamefish | Gamma International Hack 2014 | Gauss | "
    "Gaza Offense Attack | GhostNet | Git-Hub-DDoS-Attack | Gmail Hack | Going Greyhat | Grey Energy | Hack of AHRC "
    "| Hack of Israelian Drones | Hacking Team-Hack 2015 | Henbox attack on Uyghurs | HongKong-Protest-Fake-App | "
    "Hornbill and Sunbird | Houthi Internet Outages 2015 | HpReact | HRD Hack | Hudson attack | IAAF Hack | IAEA "
    "Hack 2012 | IMF Hack | Indian CBI Hack | Information Theft US Military | Iron Dome Hack | IRS Hack | ISI-India "
    "Military Major-Hack | Israel Police Hack | Israel Propaganda Broadcast | Israeli Elector app hack | Italian "
    "MFA Hack | IXESHE | Japan MFA leak | Japan Pension System Hack | KISMET | Kuwait Defacement | Kuwaiti "
    "Parliament Defacment | LAPD hack | Leak of Saudi Ministry of Foreign Affairs 2015 | LINE hack | LittleLooter | "
    "Longterm Proxy Hacking Campaign | LSETack down | Luxembourg DDoS 2017 | Lybia anti-Government DDOS | Macron "
    'Leaks | Malware "Stonedrill" | Marriott Hack | Melbourne Film Festival Hack | Mikroceen | Mitsubishi hack | '
    "Mobil malware FrozenCell | Mofang_ShimRat | Mofang_ShimRat Reporter | MoonBounce | Muslim Brotherhood-Hack | "
    "MysterySnail | NASA hack 2018 | National Inventory of Dams Hack | National Revenue Agency hack | NavRAT | "
    "Netrepser | New Jersey Police Office Leak | Niteworks hack | North Louisiana school districs | Octopus "
    "infected Seas of Central Asia | Olympic Destroyer | Ontario Ministry of Education Leak | Open Society "
    'Foundation Tainted Leaks | Operation "Glowing Symphony" | Operation "Payback" | Operation "RomanHoliday" | '
    "Operation AntiSec | Operation Applejeus Reloaded | Operation Armor Piercer | Operation Aurora | Operation "
    "BlackTulip | Operation BugDrop | Operation CastLead | Operation Catalonia | Operation Defense | Operation "
    "Dreadnought | Operation Dustsky Part2 | Operation DustStorm | Operation DustySky Part 1 | Operation EpikFail | "
    "Operation GhostShell | Operation Groundbait | Operation Hangover | Operation Harvest | Operation "
    "In(ter)ception | Operation Jane | Operation Manul | Operation Muscular | Operation Orchard | Operation "
    "RedOctober | Operation Shadow Hammer | Operation Shady RAT | Operation Sharpshooter | Operation Skeleton Key | "
    "Operation Slingshot | Operation SoftCell | Operation SpoofedScholars | Operation Toohash | Operation Troy | "
    "Operation WiltedTulip | Operation Wocao | OPM Hack | Out to Sea | Pakistan FBR | PennState University Hack | "
    'Perdido | PhantomLance / Oceanmobile | Pharmaceutical Company "Bayer" hack | Phishing Campaign against Amnesty '
    "| Phishing campaign against EMEA and APAC governments | Phishing Norways National Security Authority | Pinch "
    "duke | Pipemon (Supply Chain) | Playstation Network Outage | Police surveillance footage leak | Power Grid US "
    "Incident | Premera Blue Cross Hack | Project Chanology | ProjectWEB | Quasar, Sobaken and Vermin | Red Storm "
    "Rising | Regin | RENAPER breach | RioTinto hacks | ROK Hack 2004 | Roshan attack | RUAG-Hack | "
    "Russian-Banks-DDoS | Satellite Hack | Saudi Airforce Defacement | Saudi Aramco/Shamoon | Sea Turtle | Seoul "
    "Subway Hack | SF Muni Hack | Shamoon 2.0 | Shamoon 3.0 | SignSight | Singapore Defense Ministry Hack | "
    "SockDetour | Spying in the Moonlight | Stealth Mango | Stuxnet | Swedish newspapers down | Tainted Leaks 2016 "
    "| Taiwan Election Hack 2000 | Taiwan's Kuomintang Hack 2004 | TajMahal | Talk-Talk-Hack | Targeting of the "
    "HongKong Opposition | Telecom Providers hack | Telegram DDOS | Telegram Hack | Telekom-Hack | Telvent Hack | "
    "Tetris | The eye on the nil | The Flame | The great SIM Heist | The Jasmine Revolution | Titan Rain | Trimble "
    "Hack | Tunesia-Election-Hack 2014 | Turkish Election Data dump | Turkish Power Outage 2016 | Tutorial Attack | "
    "TV5 Le Monde Attack 2015 | Ukraine Power Grid 2 | Ukraine Power Outage 2015 | UN hack | UN International Civil "
    "Aviation Organization hack | UN website Defacement | United Nations Hack | United-Airlines-Hack | US Naval War "
    "College Hack 2006 | US Postal Breach | US-DOS-Hack 2015 | US-FDIC Hack | Vietnam Ministry Hack | ViperRAT | "
    "Virginia National Guard attack | Visma hack | VPN Filter | Wellmess/WellMail - 2020 | Wiper | World War 3 | "
    "Yahoo Hack I | Yahoo Hack II | ZeeNews/India Today Hack 2001 | ZeroCleare"
)

NAMES = frozenset(_READ.split(" | "))
