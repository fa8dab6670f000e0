"""A strict OpenID provider for this machine, built on Authlib's server parts.

The usual mocks take any redirect URI and need no verifier, which hides the very mistakes that a
relying party can make. Where Authlib is lax this provider is not. It forgets all when it ends.
"""
