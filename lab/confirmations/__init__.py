"""The folder is the list: every module here asks one kind of service with a foreign client, `CONFIRMATIONS` describes how."""
