"""What every session runs: the frame, and in it the page that the address names."""

from pages.common.frame import open_frame

open_frame().run()
