"""Users, as create_user is told of them."""

from __future__ import annotations

from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, model_validator

from jobmatch.models import UserRole
from jobmatch.web.wire import Address, Input, Text255


class UserInput(Input):
    """Payload of create_user.

    Without `role` it says no more than that somebody has signed up. `company_name` and
    `corporate_domains` are an employer's; what is left out stays as it is.
    """

    user_id: Annotated[UUID, Field(strict=False)]
    email: Address
    role: Annotated[UserRole | None, Field(strict=False)] = None
    company_name: Text255 | None = None
    corporate_domains: Annotated[list[Text255] | None, Field(max_length=100)] = None

    @model_validator(mode="after")
    def _only_employers_have_a_company(self) -> Self:
        company = self.company_name is not None or self.corporate_domains is not None
        if company and self.role is not UserRole.EMPLOYER:
            raise ValueError("companyName and corporateDomains are for the role employer")
        return self
