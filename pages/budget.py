"""Stub."""

import streamlit as st

from pages.shared.frame import begin_page, page_body

settings = begin_page()
with page_body():
    st.title("budget", anchor=False)
    st.write(dict(st.query_params))
