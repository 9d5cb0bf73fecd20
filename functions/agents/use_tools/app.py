"""POST /mcp: use the API as tools, by the Model Context Protocol. For every valid token.

What a tool may do is decided by its route, which gets the caller's own token.
"""

from jobmatch.agents.endpoint import answer_post, refuse_stream
from jobmatch.web import routes

app = routes.APIGatewayHttpResolver(**routes.RESOLVER_OPTIONS)
app.include_router(routes.problems)


@app.post(
    "/mcp",
    operation_id="useTools",
    summary="Use the API as tools",
    tags=["agents"],
    responses=routes.answers(200, 202, 400, 404),
    openapi_extensions=routes.extensions(
        reads={routes.JSON: {"$ref": "#/components/schemas/AgentMessage"}},
        writes={routes.JSON: {"$ref": "#/components/schemas/AgentAnswer"}},
    ),
)
def post() -> routes.Response[str]:
    seconds = app.lambda_context.get_remaining_time_in_millis() / 1_000
    reply = answer_post(routes.raw_body(app), app.current_event.raw_event, seconds)
    return routes.Response(reply.status, routes.JSON, reply.body)


@app.get("/mcp", include_in_schema=False)
def get() -> routes.Response[str]:
    reply = refuse_stream()
    return routes.Response(reply.status, routes.JSON, reply.body, reply.headers)


@routes.logger.inject_lambda_context(correlation_id_path=routes.API_GATEWAY_HTTP)
def lambda_handler(event: routes.Event, context: routes.LambdaContext) -> routes.Result:
    return app.resolve(event, context)
