"""`python -m services.mesh` is the command `uat`."""

from services.mesh.cli import main

if __name__ == "__main__":
    main(prog_name="uat")
