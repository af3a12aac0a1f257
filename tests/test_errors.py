import inspect

from simulator import errors


def test_the_tree_is_drawn_and_exported_whole():
    classes = {n for n, c in vars(errors).items() if inspect.isclass(c)}
    assert classes == set(errors.__all__)
    assert errors.__all__ == sorted(errors.__all__)
    assert all(name in errors.__doc__ for name in classes)


def test_everything_hangs_on_one_root():
    assert all(issubclass(getattr(errors, name), errors.LabelwiseError) for name in errors.__all__)
