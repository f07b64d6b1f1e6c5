package io.limelight.verifier;

import io.limelight.core.api.PolicyNames;
import io.limelight.core.http.Access;
import io.limelight.core.http.HttpHandler;
import io.limelight.core.http.HttpReply;
import io.limelight.core.http.Route;
import io.limelight.core.http.Routes;
import java.util.List;

/**
 * {@code /allowlists} and {@code /mbpolicies}: this verifier judges neither kind yet, so there are none and none can be
 * stored. A policy that was stored and ignored would look enforced.
 */
final class PolicyRoutes {
    private static final int SMALL_BODY = 64 * 1024;

    private final int policyBody;

    PolicyRoutes(int policyBody) {
        this.policyBody = policyBody;
    }

    void addTo(Routes.Builder routes) {
        kind(
                routes,
                "allowlists",
                PolicyNames.RUNTIME_KEY,
                "list_runtime_policies",
                "runtime_policy",
                "Runtime policy",
                "runtime (IMA) policies");
        kind(
                routes,
                "mbpolicies",
                PolicyNames.MEASURED_BOOT_KEY,
                "list_mb_policies",
                "mb_policy",
                "Measured boot policy",
                "measured boot policies");
    }

    private void kind(
            Routes.Builder routes,
            String segment,
            String listKey,
            String list,
            String action,
            String noun,
            String kind) {
        String all = "/v{version}/" + segment;
        String one = all + "/{name}";
        HttpHandler refused = _ -> HttpReply.refusal(
                400, "This verifier does not judge " + kind + " yet, so it stores none; nothing was changed");
        HttpHandler absent =
                call -> HttpReply.refusal(404, noun + " " + printable(call.variable("name")) + " not found");
        routes.add(route(
                        "GET",
                        all,
                        list,
                        SMALL_BODY,
                        _ -> HttpReply.success(new PolicyNames(List.of()).toJson(listKey))))
                .add(route("GET", one, "read_" + action, SMALL_BODY, absent))
                .add(route("POST", one, "create_" + action, policyBody, refused))
                .add(route("PUT", one, "update_" + action, policyBody, refused))
                .add(route("DELETE", one, "delete_" + action, SMALL_BODY, absent));
    }

    private static Route route(String method, String template, String action, int maxBody, HttpHandler handler) {
        return new Route(method, template, Access.ADMINISTRATOR, action, maxBody, handler);
    }

    private static String printable(String name) {
        String cut = name.length() > 80 ? name.substring(0, 80) + "…" : name;
        return cut.replaceAll("[^\\x20-\\x7e…]", "?");
    }
}
