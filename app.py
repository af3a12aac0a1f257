"""The Labelwise dashboard: `streamlit run app.py`."""

from pages.shared.frame import open_frame

open_frame().run()
