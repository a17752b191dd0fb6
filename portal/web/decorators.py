"""Who may open a page of the portal: signed-out people are sent to ask for a code, not a password."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required

client_page = login_required(login_url="account_request_login_code")
