"""What every session runs: the frame, and in it the page that the address names."""

from pages.common.frame import open_frame, set_aside

page = open_frame()
page.run()
set_aside(page.url_path)
