"""Image generation: specs are completed once, then painted picture by picture by a model in Triton.

`generation.Generation` runs a spec, `painter` streams one picture from its model, `models` finds the models in Triton's repository,
`encoding` makes files in a worker, and `openai` writes OpenAI's shapes.
"""
