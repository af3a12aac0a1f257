"""The Labelwise dashboard: `streamlit run app.py`."""

from pages.common.frame import open_frame

open_frame().run()
