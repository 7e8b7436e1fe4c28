"""The views that answer a question with a picture and its table: one module and one blueprint a view."""
