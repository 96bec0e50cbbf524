"Everything is in settings.ini, which nbdev reads too; this file hands it to setuptools."
from configparser import ConfigParser
from setuptools import find_packages, setup

config = ConfigParser(delimiters=["="])
config.read("settings.ini", encoding="utf-8")
cfg = config["DEFAULT"]

setup(
    name=cfg["lib_name"], version=cfg["version"], description=cfg["description"], keywords=cfg["keywords"].split(),
    author=cfg["author"], author_email=cfg["author_email"], url=cfg["git_url"], license="MIT",
    long_description=open("README.md", encoding="utf-8").read(), long_description_content_type="text/markdown",
    classifiers=["Development Status :: 3 - Alpha", "Intended Audience :: Education", "Intended Audience :: Science/Research", "Programming Language :: Python :: 3"],
    project_urls={"Documentation": cfg["doc_host"] + cfg["doc_baseurl"]},
    packages=find_packages(include=["mellow_min"]), package_data={"mellow_min": ["nano/*"]}, python_requires=f">={cfg['min_python']}",
    install_requires=cfg["requirements"].split(), extras_require={name: cfg[f"{name}_requirements"].split() for name in ("dev", "data", "metrics", "gguf")},
    entry_points={"console_scripts": cfg["console_scripts"].split()}, zip_safe=False,
)
