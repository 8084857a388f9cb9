"""The targets that attack are imported as `tests.hostile`, from the root of the project."""


def pytest_configure(config):
    """Declare the marker of what takes many minutes."""
    config.addinivalue_line(
        "markers", "further_form: a vice in one more form; only run with `-m end_to_end`"
    )


def pytest_collection_modifyitems(config, items):
    """Leave out all forms of a vice but one, unless they are asked for."""
    if config.option.markexpr:
        return
    further = [item for item in items if item.get_closest_marker("further_form")]
    config.hook.pytest_deselected(items=further)
    items[:] = [item for item in items if item not in further]
