#include "host/command.h"

int main(int argc, char **argv)
{
    return tr_command(argc, argv);
}
