package io.limelight.console.ca;

import io.limelight.console.activity.ActLog;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Acts on a CA as the record names them; secrets are no part of an act. */
final class CaActs {
    private CaActs() {}

    static ActLog.Act of(CaAct act, Path folder, ActLog.Outcome outcome, Map<String, String> more) {
        Map<String, String> facts = new HashMap<>(more);
        facts.put("folder", folder.toString());
        List<String> objects = new ArrayList<>();
        switch (act) {
            case CaAct.Create create -> {
                objects.add(create.subject().caName());
                facts.put("keys", create.keys().word());
            }
            case CaAct.Issue issue -> objects.add(issue.name());
            case CaAct.Renew renew -> objects.addAll(renew.names());
            case CaAct.Revoke revoke -> {
                objects.addAll(revoke.names());
                facts.put(
                        "serials",
                        String.join(
                                " ",
                                revoke.serials().stream().map(Object::toString).toList()));
                facts.put("reason", revoke.reason().toString().toLowerCase(Locale.ROOT));
                facts.put("machines_told", Boolean.toString(revoke.tell()));
            }
            case CaAct.RotateNotifier rotate ->
                facts.put("reason", rotate.reason().toString().toLowerCase(Locale.ROOT));
            case CaAct.Backup backup -> facts.put("file", backup.file().toString());
            case CaAct.Restore restore -> facts.put("source", restore.source().toString());
            case CaAct.Export export -> {
                objects.add(export.name());
                facts.put("file", export.file().toString());
            }
            case CaAct.Calendar calendar -> facts.put("file", calendar.file().toString());
            case CaAct.Address address -> facts.put("address", address.address());
            case CaAct.ReissueCrl _,
                    CaAct.ChangePassword _,
                    CaAct.RemoveKeys _,
                    CaAct.Tighten _,
                    CaAct.Listen _,
                    CaAct.Finish _ -> {}
        }
        return new ActLog.Act("ca." + act.key(), objects, outcome, facts);
    }
}
