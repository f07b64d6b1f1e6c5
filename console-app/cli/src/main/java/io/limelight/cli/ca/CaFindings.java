package io.limelight.cli.ca;

import io.limelight.core.ca.CaExamination.Finding;

/** What was found about a CA folder, as sentences with the command that puts it right. */
final class CaFindings {
    private CaFindings() {}

    static String sentence(Finding finding) {
        int count = finding.count();
        String detail = finding.detail().replaceAll("[^\\x20-\\x7e]", "?");
        return switch (finding.kind()) {
            case HALF_WRITTEN ->
                "an act was interrupted in " + detail + "; -c crl, or any other act, finishes it first";
            case DAMAGED -> detail;
            case OF_SERVICES -> detail + " is the CA of registrar and verifier; it is only looked at";
            case READ_ONLY -> "this user may not write to " + detail + "; become its owner, or root";
            case CA_EXPIRED -> "the CA expired on " + detail + " and issues nothing; make another in another folder";
            case CA_ENDS_SOON ->
                "the CA ends on " + detail + "; make the next one in time, every machine needs a package of it";
            case WEAK_KEY -> "the CA's key or signature is weak (" + detail + "); make another CA";
            case CRL_MISSING -> "there is no CRL that this CA signed; -c crl issues one";
            case CRL_OVERDUE -> "the CRL is out of date since " + detail + "; -c crl issues it anew";
            case CRL_ENDS_SOON -> "the CRL goes out of date on " + detail + "; -c crl issues it anew";
            case CRL_LOCAL ->
                "certificates name " + detail
                        + " for the CRL, which is each reader's own computer; set cert_crl_dist in ca.conf, then renew";
            case PASSWORD_KNOWN -> "the password is \"" + detail + "\", which stands in manuals; -c passwd changes it";
            case READABLE -> count + " files with keys can be read by others of this computer; -c tighten";
            case CLEAR_KEYS ->
                count + " private keys stand there in clear text; -c remove-keys deletes them, the keystore"
                        + " has them";
            case EXPIRING -> count + " certificates end within 30 days; -c renew -n NAME";
            case EXPIRED -> count + " certificates have ended; -c renew -n NAME";
            case NOTIFIER_EXPIRED ->
                "the certificate of the RevocationNotifier ended on " + detail + "; -c renew -n RevocationNotifier";
            case NOTIFIER_REVOKED -> "the RevocationNotifier is revoked; -c rotate-notifier makes another";
            case FOREIGN ->
                count + " files are called like certificates and are none of this CA, for example " + detail;
        };
    }
}
