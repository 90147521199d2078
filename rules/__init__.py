"""What it means: rules, judging, waivers and grading."""
