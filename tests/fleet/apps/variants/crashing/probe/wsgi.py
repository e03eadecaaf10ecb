raise RuntimeError("the bug of this version: web does not start")
