"""Errors that say what happened and what can be done; each carries the HTTP status and exit code it deserves."""


class CyberGovError(Exception):
    """Base of every error meant for a person. `status` is for the web, `exit_code` for the command line.

    `retry_after` is after how many seconds another try may go well, where waiting helps at all.
    """

    status = 500
    exit_code = 1
    retry_after: int | None = None
