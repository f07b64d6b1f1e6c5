/** Reference values an administrator sets: parsed, validated, compared; where evidence comes from is not known here. */
@NullMarked
package io.limelight.core.policy;

import org.jspecify.annotations.NullMarked;
