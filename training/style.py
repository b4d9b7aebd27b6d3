"""The four native looks and the words people use for them."""

STYLES = ("3d", "flat", "line", "noto")
DEFAULT = "3d"
LABEL = {"3d": "3D", "flat": "flat", "line": "line art", "noto": "cartoon"}
ENGLISH = {
    "3d": ("3D", "3d", "3D render", "glossy 3D"),
    "flat": ("flat", "flat design", "flat vector", "simple flat"),
    "line": ("line art", "line drawing", "black and white line art", "outline"),
    "noto": ("cartoon", "noto", "cartoon", "noto emoji"),
}
CHINESE = {"3d": ("3D", "立体"), "flat": ("扁平", "平面"), "line": ("线条", "线稿"), "noto": ("卡通", "noto")}
