"""Model files of earlier versions, which every later one must read; `make.py` writes those of the present one."""
