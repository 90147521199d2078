"""The bytes of protocols: builders of requests and bounded readers of answers. Pure; nothing here opens anything."""
