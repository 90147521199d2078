"""The folder is the list: every module here configures one real server program, its `SERVER` describes it."""
