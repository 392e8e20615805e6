"""Lianxun 联巡: departments that oversee public bodies work as one."""

__version__ = "0.1.0"
