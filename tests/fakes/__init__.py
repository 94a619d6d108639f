"""Small fakes of the stage before, shared by tests."""
