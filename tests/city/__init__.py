"""The main job on the containerised city, as a user would run it."""
