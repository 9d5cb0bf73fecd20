"""The one-machine runtime: what AWS does around a Lambda function, driven by template.yaml.

`runtime` starts everything and is the place to begin reading. `template` says what there is to run;
`environments` runs functions; `gateway`, `schedules` and `queues` call them; `aws` and `postgres`
are what the functions call.
"""
