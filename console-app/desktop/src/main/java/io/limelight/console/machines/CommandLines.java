package io.limelight.console.machines;

import io.limelight.console.fleet.MachineAct;
import io.limelight.core.api.AgentId;
import java.util.List;

/**
 * The command lines that do what a button does, to copy. Ids are harmless in a shell by their alphabet.
 *
 * @param verifier {@code host:port}
 * @param registrar {@code host:port} of its TLS port
 */
public record CommandLines(String verifier, String registrar) {
    /**
     * One way to do it without the console.
     *
     * @param name key of words: whose command it is
     * @param command as typed
     */
    public record Way(String name, String command) {}

    /** Every way to do an act. */
    public List<Way> of(MachineAct act, AgentId id) {
        String tenant = switch (act) {
            case REACTIVATE -> "-c reactivate";
            case DELETE -> "-c delete";
            case FORGET -> "-c regdelete";
            case STOP, PAUSE, RESUME, ATTEST -> "";
        };
        String http = switch (act) {
            case REACTIVATE -> "PUT https://" + verifier + "/v2.5/agents/" + id + "/reactivate";
            case STOP -> "PUT https://" + verifier + "/v2.5/agents/" + id + "/stop";
            case DELETE -> "DELETE https://" + verifier + "/v2.5/agents/" + id;
            case FORGET -> "DELETE https://" + registrar + "/v2.5/agents/" + id;
            case PAUSE, RESUME, ATTEST -> "POST https://" + verifier + "/limelight/v1/agents/" + id + "/" + act.key();
        };
        Way curl = new Way("machines.way.curl", "curl --cacert CACERT --cert CLIENT_CERT --key CLIENT_KEY -X " + http);
        return tenant.isEmpty()
                ? List.of(curl)
                : List.of(
                        new Way("machines.way.limelight", "limelight tenant " + tenant + " -u " + id),
                        new Way("machines.way.keylime", "keylime_tenant " + tenant + " -u " + id),
                        curl);
    }
}
