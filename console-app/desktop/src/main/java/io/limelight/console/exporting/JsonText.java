package io.limelight.console.exporting;

import io.limelight.core.json.WireJson;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Rows as JSON: lists in the order of the columns, since two columns may have one head. */
final class JsonText {
    private JsonText() {}

    static byte[] of(Report report) {
        ObjectNode object = WireJson.object();
        object.put("title", report.sheet().title());
        object.put("profile", report.profile());
        object.put("exported_at", report.at().toString());
        ArrayNode columns = object.putArray("columns");
        report.sheet().columns().forEach(columns::add);
        ArrayNode rows = object.putArray("rows");
        for (List<String> row : report.sheet().rows()) {
            ArrayNode cells = rows.addArray();
            row.forEach(cells::add);
        }
        return WireJson.indented(object);
    }
}
