"""What has happened in the sample province so far: told through the real operations.

Rounds lie behind, one team is on site, another prepares; some things are late. Every organisation, person
and matter is invented. `./lianxun up` tells it once into a new demo directory, behind the first
pages.
"""
