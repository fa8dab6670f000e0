"""The rehearsal from the first build to `sam delete`, step by step."""

from collections.abc import Mapping
from dataclasses import dataclass

from local.template import read_stack
from rehearsal import changes, extras, first
from rehearsal.app import App, Tokens
from rehearsal.clients import CLIENTS_FILE, RehearsedClient, build_clients_file
from rehearsal.deployed import DeployedStack
from rehearsal.ending import see_the_end
from rehearsal.gaps import leave_out_refused, refused_resources
from rehearsal.report import Report, UntruthError, require
from rehearsal.sam import Sam, SamError
from rehearsal.smoke import run_smoke_tests
from rehearsal.tree import Tree

_PARAMETERS = {"Architecture": "x86_64", "ClientsFile": CLIENTS_FILE}
_CHANGED = {**_PARAMETERS, "AuthorizerTokenUse": "id_token"}
_COMPLAINTS = 20


@dataclass(frozen=True)
class Story:
    """All that it takes; `aws` are the keys of the account's owner."""

    tree: Tree
    sam: Sam
    stack: DeployedStack
    issuer: str
    demo: RehearsedClient
    native: RehearsedClient
    aws: Mapping[str, str]
    report: Report

    def tell(self) -> None:
        """Everything once; where it fails, with what the functions have to say."""
        try:
            self._tell()
        except (SamError, UntruthError) as failure:
            complaints = self.stack.complaints()[-_COMPLAINTS:]
            raise UntruthError("\n".join([str(failure), *complaints])) from None

    def _tell(self) -> None:
        app = App(self.stack, self.issuer, self.demo)
        self._deploy_first()
        release = first.see_release(self.stack, self.tree.folder, self.report)
        tokens = first.see_sign_in(app, self.report)
        first.see_functions(self.stack, tokens, self.report)
        first.see_that_roles_count(app, self.report)
        self._change_clients(app, release)
        self._change_parameters(app, tokens)
        run_smoke_tests(app, self.tree.folder, self.aws, self.report)
        see_the_end(self.stack, self.sam, self.report)
        self.report.say("the rehearsal is over: all of it was as it must be")

    def _deploy_first(self) -> None:
        self._build(self.demo)
        self.report.say("sam build, for x86_64")
        self.sam.deploy(_PARAMETERS)
        routes = read_stack(self.tree.template, _PARAMETERS)
        self.stack.create_routes(routes)
        created = len(self.stack.resources)
        self.report.say(f"sam deploy: {created} resources; {len(routes.routes)} routes by hand")

    def _change_clients(self, app: App, release: str) -> None:
        native = App(self.stack, self.issuer, self.native)

        def deploy() -> None:
            self._build(self.demo, self.native)
            self.sam.deploy(_PARAMETERS)

        with changes.under_way(app, self.report) as traffic:
            what = f"the clients file has {self.native.name}"
            changes.see_change(traffic, deploy, lambda: changes.knows(native), what)
            native.sign_in()
            self.report.say("sam deploy of a changed clients file: the new client signs in")
        changed = first.see_release(self.stack, self.tree.folder, self.report)
        require(changed != release, f"the release is {release} as before")

    def _change_parameters(self, app: App, tokens: Tokens) -> None:
        before = set(self.stack.resources)
        parameters = {**_CHANGED, **extras.create_extras(self.stack, self.demo)}

        def holds() -> bool:
            return changes.takes_id_tokens(self.stack, tokens)

        with changes.under_way(app, self.report) as traffic:
            what = "the authorizer takes ID Tokens"
            changes.see_change(traffic, lambda: self.sam.deploy(parameters), holds, what)
            names = ", ".join(sorted(parameters.keys() - _PARAMETERS.keys()))
            self.report.say(f"sam deploy with {names}: {what}")
            require(extras.answers_by_domain(self.stack), "the domain does not lead to the API")
        refused = refused_resources(self.tree.template)
        created = before.union(self.stack.resources)
        count = extras.require_all_created(self.tree.template, created, refused)
        missing = ", ".join(refused)
        self.report.say(f"{count} of the template's resources have been there")
        self.report.say(f"  not on an emulator: the layer for arm64, {missing}")

    def _build(self, *clients: RehearsedClient) -> None:
        self.tree.write_clients(build_clients_file(self.issuer, clients))
        self.sam.build(_PARAMETERS)
        leave_out_refused(self.tree.built_template)
