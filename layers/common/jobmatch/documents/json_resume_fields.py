"""The names of JSON Resume's fields, in its versions and as other tools write them.

Versions 0.0.6 to 0.0.11 have `bio` with first and last name; 0.0.0 and 0.0.12 to 0.0.16 `basics`,
`work[].company` and `website`; later ones `work[].name` and `url`; 0.2.0 and later
`certificates`. Names are compared by `folded`; of several, the first that can be used is.
"""

BASICS = ("basics", "bio", "personal", "personalinfo", "personalinformation", "contact")
WORK = (
    *("work", "experience", "workexperience", "professionalexperience", "workhistory"),
    *("employment", "employmenthistory", "jobs"),
)
EDUCATION = ("education",)
SKILLS = ("skills", "expertise", "competencies", "specialties", "specializations", "practiceareas")
CERTIFICATES = (
    *("certificates", "certifications", "licenses", "licences", "licensesandcertifications"),
    *("baradmissions", "admissions"),
)
AWARDS = ("awards", "honors", "honours")

NAME = ("name", "fullname")
FIRST_NAME = ("firstname", "givenname")
LAST_NAME = ("lastname", "familyname", "surname")
EMAIL = ("email", "emailaddress", "mail", "emails")
LOCATION = ("location", "address", "locations")

CITY = ("city", "locality", "town", "addresslocality")
REGION = ("region", "state", "province", "addressregion")
COUNTRY = ("countrycode", "country", "countryname", "addresscountry")
ADDRESS = ("address", "formatted", "name", "full", "text")

EMPLOYER = (
    *("name", "company", "employer", "organization", "organisation"),
    *("companyname", "employername", "firm"),
)
TITLE = ("position", "title", "jobtitle", "role", "jobrole", "positiontitle")
START = ("startdate", "start", "from", "datefrom", "datestart", "fromdate", "begindate", "begin")
END = ("enddate", "end", "to", "dateto", "dateend", "todate", "until")
DATES = ("dates", "period", "years", "daterange", "duration")
"""Start and end in one text: "2012 - 2014"."""
GOES_ON = ("current", "iscurrent", "currentlyworking", "present", "ispresent")
SUMMARY = ("summary", "description", "details")
POINTS = ("highlights", "responsibilities", "achievements", "accomplishments", "duties", "tasks")
POSITIONS = ("positions", "roles")
"""Several positions with one employer."""

AREA = ("area", "major", "field", "fieldofstudy", "discipline", "areaofstudy", "subject")
LEVEL = ("level", "proficiency", "rating", "years", "yearsofexperience", "icon", "color", "type")
"""What a skill says besides what it is."""

CERTIFICATE = ("name", "title", "certificate", "license")
ISSUER = ("issuer", "authority", "awarder", "organization", "issuedby", "issuingorganization")
ISSUED = ("date", "issuedate", "awarddate", "dateissued", "year", "issued", "releasedate")
STATUS = ("status",)
