"""The Labelwise dashboard: `streamlit run app.py`.

The script that every session runs lies in ``pages/``: beside a folder of that name Streamlit would take the first
address that a fresh server is asked for as one of its own old kind of pages, and call it not found.
"""

import streamlit as st

app = st.App("pages/main.py")
