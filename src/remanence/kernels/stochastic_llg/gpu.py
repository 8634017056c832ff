"""stub."""
def available(): return False
def require(): raise NotImplementedError
def integrate(*a): raise NotImplementedError
