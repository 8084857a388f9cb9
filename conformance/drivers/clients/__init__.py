"""Real clients behind one small protocol: each is told a call, and shows what its user sees.

A client that is no library of ours runs in an environment and a process of its own. It knows
a key of the recorder's alone, and everything that it says passes the recorder.
"""
