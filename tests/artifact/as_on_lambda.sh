# Starts a command where code, layer and runtime lie where Lambda has them, and cannot be written.
#
#     unshare --mount sh as_on_lambda.sh PLACES CODE LAYER RUNTIME COMMAND...
#
# Of this machine nothing is changed: in a mount namespace of its own, /opt and /var get a layer of
# the empty folders in PLACES, and on these the others are mounted.
set -eu
places=$1 code=$2 layer=$3 runtime=$4
shift 4

for folder in /opt /var; do
    mount -t overlay overlay -o "lowerdir=$places$folder:$folder" "$folder"
done
for pair in "$code:/var/task" "$layer:/opt/python" "$runtime:/var/lang/lib/python3.13/site-packages"; do
    mount --bind "${pair%%:*}" "${pair#*:}"
    mount -o remount,bind,ro "${pair#*:}"
done
cd /var/task
exec "$@"
