def render():
    return "Hello from Python!\n"
