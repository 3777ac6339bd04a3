from tests.unit.tiny_model import seed, tiny_model, tiny_spec

__all__ = ["seed", "tiny_model", "tiny_spec"]
