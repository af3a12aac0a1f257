"""The Labelwise dashboard: `streamlit run app.py`.

The script that every session runs lies in ``pages/``: beside a folder of that name Streamlit would take the first
address that a fresh server is asked for as one of its own old kind of pages, and call it not found.
"""

import os

import streamlit as st

from pages.preload import preloaded

THREADS = "OPENBLAS_NUM_THREADS"

if THREADS not in os.environ:
    # Sessions have threads of their own. OpenBLAS reads this when it is loaded; workers that are launched are not to.
    os.environ[THREADS] = "1"
    import scipy.linalg  # noqa: F401

    del os.environ[THREADS]

app = st.App("pages/main.py", lifespan=preloaded)
