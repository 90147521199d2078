"""Settings for all tests: properties are deterministic, so that a green run stays green."""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "chengjian",
    derandomize=True,
    deadline=None,
    max_examples=50,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
)
settings.load_profile("chengjian")
