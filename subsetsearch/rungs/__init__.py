"""What scores a subset: cheap proxies, and full runs."""
