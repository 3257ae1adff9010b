"""The page, the API and MCP: Derek over HTTP, from one process."""
