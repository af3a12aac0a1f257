"""What every session runs: the frame, and in it the page that the address names."""

from pages.preload import preload

preload()

from pages.common.frame import open_frame, set_aside  # noqa: E402 - loaded by `preload`, and by nobody beside it

page = open_frame()
page.run()
set_aside(page.url_path)
