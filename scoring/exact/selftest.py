"""wip"""
def choose_backend():
    from scoring.exact.fused import FusedBackend
    return FusedBackend()
