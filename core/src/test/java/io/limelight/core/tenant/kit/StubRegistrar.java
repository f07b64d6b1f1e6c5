package io.limelight.core.tenant.kit;

import io.limelight.core.api.AgentList;
import io.limelight.core.api.RegistrarAgent;
import io.limelight.core.http.HttpReply;
import io.limelight.core.http.JsonStyle;
import io.limelight.core.tls.ServerTls;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/** Records of machines, as a registrar gives them to administrators. */
public final class StubRegistrar extends ServiceStub {
    private final Map<String, RegistrarAgent> records = new ConcurrentSkipListMap<>();

    StubRegistrar(ServerTls tls, Journal journal) {
        super("registrar", tls, JsonStyle.INDENTED, journal);
        route("GET", "/v{version}/agents/{id}", call -> {
            RegistrarAgent record = records.get(call.variable("id"));
            return record == null
                    ? HttpReply.refusal(404, "Agent with ID '" + call.variable("id") + "' not found")
                    : HttpReply.success(record.toJson());
        });
        route(
                "GET",
                "/v{version}/agents",
                call -> HttpReply.success(new AgentList(new ArrayList<>(records.keySet())).toRegistrarJson()));
        route(
                "DELETE",
                "/v{version}/agents/{id}",
                call -> records.remove(call.variable("id")) == null
                        ? HttpReply.refusal(404, "Agent with ID '" + call.variable("id") + "' not found")
                        : HttpReply.success());
    }

    public void put(RegistrarAgent record) {
        records.put(record.agentId(), record);
    }

    public Map<String, RegistrarAgent> records() {
        return records;
    }
}
