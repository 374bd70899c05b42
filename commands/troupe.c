#include "desk/desk.h"
#include "host/command.h"

int main(int argc, char **argv)
{
    return argc > 1 && tr_desk_has(argv[1]) ? tr_desk(argc, argv) : tr_command(argc, argv);
}
